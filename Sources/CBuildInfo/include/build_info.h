#ifndef BUILD_INFO_H
#define BUILD_INFO_H

/// The commit that the program was built from, or "unknown".
const char *hpcpack_revision(void);

#endif
