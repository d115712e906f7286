/*
 * A lane of its own for the slow part of some requests: few threads take it
 * in its order, and the requests that have none pass by.
 */
#ifndef CPMS_SERVE_LANE_H
#define CPMS_SERVE_LANE_H

#include "serve.h"

struct lane;

/* `run` gives the answer, or its fault, as a handler does. */
struct lane *lane_new(int threads,
    enum fault (*run)(struct request *, void *work));

/*
 * The request and `work`, which is of its arena, are the lane's from here on:
 * the handler returns what this does.  FAULT_TOO_FAST when the lane is full;
 * the request is the handler's then.
 */
enum fault lane_enter(struct lane *, struct request *, void *work);

#endif
