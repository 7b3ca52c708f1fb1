#ifndef CSOCKETS_SHIM_H
#define CSOCKETS_SHIM_H
#include <sys/types.h>
#include <sys/socket.h>
#include <time.h>

/* Swift's Glibc module hides what needs _GNU_SOURCE and omits <sys/eventfd.h>, <sys/timerfd.h> and
   <linux/sockios.h>. These are the few calls and values that are needed from there; they are part of
   the Linux ABI. */
int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);
int eventfd(unsigned int initial, int flags);
int timerfd_create(int clock, int flags);
int timerfd_settime(int descriptor, int flags, const struct itimerspec *value, struct itimerspec *old);

/* The ioctl that returns how many bytes of a socket the peer has not acknowledged yet. */
static const unsigned long CSOCKETS_SIOCOUTQ = 0x5411;

/* The poll event that the peer has ended its sending. */
static const short CSOCKETS_POLLRDHUP = 0x2000;
#endif
