#include "charger.h"

const char *const charger_state_names[] = {
	"online", "offline", "unknown", "disabled", NULL
};
