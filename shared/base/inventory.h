/*
 * What the build found in the source: build/inventory.c is made of it, and
 * linked to the program that asks.  Each list ends with a NULL.
 */
#ifndef CPMS_BASE_INVENTORY_H
#define CPMS_BASE_INVENTORY_H

extern const char *const inventory_endpoints[];		/* handlers/NAME.c */
extern const char *const inventory_migrations[];	/* sql/NNN_*.sql */

#endif
