#ifndef CSPAWN_SHIM_H
#define CSPAWN_SHIM_H
#include <spawn.h>

/* Swift's Glibc module hides what needs _GNU_SOURCE. These calls and the value are part of the Linux ABI. */
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int lowest);
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
int memfd_create(const char *name, unsigned int flags);

/* The flag of memfd_create that keeps the descriptor from programs that are started. */
static const unsigned int CSPAWN_MFD_CLOEXEC = 1;
#endif
