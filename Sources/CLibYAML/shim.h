#include <yaml.h>

// The parts of a scalar event. To Swift a union is a value, and each look at one of its members copies all of it.

static inline const yaml_char_t *fluxlint_scalar_value(const yaml_event_t *event) { return event->data.scalar.value; }
static inline size_t fluxlint_scalar_length(const yaml_event_t *event) { return event->data.scalar.length; }
static inline const yaml_char_t *fluxlint_scalar_anchor(const yaml_event_t *event) { return event->data.scalar.anchor; }
static inline const yaml_char_t *fluxlint_scalar_tag(const yaml_event_t *event) { return event->data.scalar.tag; }
static inline yaml_scalar_style_t fluxlint_scalar_style(const yaml_event_t *event) { return event->data.scalar.style; }
