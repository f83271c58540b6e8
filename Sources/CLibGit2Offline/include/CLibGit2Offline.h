// Nothing is declared: these objects are there for the linker. See transports.c and unwinding.c.
