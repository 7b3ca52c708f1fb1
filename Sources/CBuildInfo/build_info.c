#include "build_info.h"

/* The package manifest defines them all. */
const char *hpcpack_revision(void) { return HPCPACK_REVISION; }
const char *hpcpack_branch(void) { return HPCPACK_BRANCH; }
const char *hpcpack_build_time(void) { return HPCPACK_BUILD_TIME; }
