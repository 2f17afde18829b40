// Darwin's <math.h> asks <float.h> for INFINITY and NAN alone, and the guard of zig's libc++ then keeps the rest of it
// away for good: FLT_MAX and its like would be missing. A Mac's own headers have no such trouble.
#ifdef __need_infinity_nan
#include <__float_infinity_nan.h>
#else
#include_next <float.h>
#endif
