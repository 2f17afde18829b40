// What zig's headers of macOS lack: <util.h>, of which openpty(3) is used.
#pragma once
#include <sys/ioctl.h>
#include <sys/termios.h>

extern "C" int openpty(int* ours, int* theirs, char* name, struct termios* settings, struct winsize* size);
