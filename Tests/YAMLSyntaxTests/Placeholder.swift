// Replaced when the tests of this module are written.
