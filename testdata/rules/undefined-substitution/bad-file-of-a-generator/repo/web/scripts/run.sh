#!/bin/sh
# ${DOMAIN}
curl "https://${DOMAIN_NAME}"
