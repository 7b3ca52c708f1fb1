#include "build_info.h"

#ifndef HPCPACK_REVISION
#define HPCPACK_REVISION "unknown"
#endif

const char *hpcpack_revision(void) { return HPCPACK_REVISION; }
