#ifndef BUILD_INFO_H
#define BUILD_INFO_H

/// The commit that the program was built from, or "unknown".
const char *hpcpack_revision(void);

/// The branch of that commit, or "unknown".
const char *hpcpack_branch(void);

/// When the program was built, in Unix seconds, or "unknown".
const char *hpcpack_build_time(void);

#endif
