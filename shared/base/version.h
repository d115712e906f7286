/* The version, here only; NEWS.md tells the changes of each. */
#ifndef CPMS_BASE_VERSION_H
#define CPMS_BASE_VERSION_H

#include "types.h"

#define CPMS_VERSION "0.2.0"

/* Prints the program's name and version when --version is all it was told. */
bool version_asked(int argc, char **argv);

#endif
