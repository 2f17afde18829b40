#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "span.h"

namespace exo_harness {

// Passwords that a command line gives to a program. Each finds what belongs to the name of the program or the option
// that stands at `at` of `text` and is `length` bytes long; nothing when no password follows.

/// `sshpass -p WORD`
std::optional<Span> find_sshpass(std::string_view text, std::size_t at, std::size_t length);
/// `mysql -pWORD`, the word in one with its option; digits alone and `1:2` are ports. Also mysqldump, mariadb.
std::optional<Span> find_mysql(std::string_view text, std::size_t at, std::size_t length);
/// `curl -u user:password`, its password alone. Other programs have such an option, too: only behind curl and wget.
std::optional<Span> find_curl_user(std::string_view text, std::size_t at, std::size_t length);

}  // namespace exo_harness
