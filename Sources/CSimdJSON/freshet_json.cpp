#include "freshet_json.h"
int freshet_json_placeholder(void) { return 0; }
