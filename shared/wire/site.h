/* JSON of sites and their wallets. */
#ifndef CPMS_WIRE_SITE_H
#define CPMS_WIRE_SITE_H

#include "core/site.h"
#include "document.h"

/* struct site; as a body it adds one or changes what is given of it. */
extern const struct document site_document;

/* struct site, of which the body has the wallet. */
extern const struct document wallet_document;

#endif
