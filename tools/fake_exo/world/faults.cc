#include "world/faults.h"

#include <algorithm>
#include <cstdlib>

#include "exo_harness/core/error.h"
#include "exo_harness/core/text.h"

namespace exo_harness::fake {
namespace {

std::vector<std::string> arguments(const std::string& text) {
  std::vector<std::string> out(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == ',')
      out.back() += text[++i];
    else if (text[i] == ',')
      out.emplace_back();
    else
      out.back() += text[i];
  }
  return out;
}

bool fits(const Fault& fault, const std::map<std::string, std::string>& args) {
  return std::all_of(args.begin(), args.end(), [&](const auto& given) {
    const auto wanted = fault.args.find(given.first);
    return wanted == fault.args.end() || wanted->second == given.second;
  });
}

}  // namespace

const std::vector<std::pair<std::string, std::string>>& Faults::known() {
  static const std::vector<std::pair<std::string, std::string>> kKnown = {
      {"runner-fails", "phase=,rank=,text=,type=: the runner raises that text; times="},
      {"runner-hangs", "phase=,rank=: the runner stays in that phase forever"},
      {"runner-killed", "phase=,rank=: the runner process gets SIGKILL"},
      {"empty-body", "a chat that is not streamed ends as 200 without a body"},
      {"error-in-stream", "text=,after=: a stream ends with an error event after that many tokens"},
      {"cut-stream", "after=: the connection is closed after that many tokens"},
      {"end-stream", "after=: the stream ends cleanly after that many tokens, without finish_reason and [DONE]"},
      {"keep-alive-forever", "a chat sends keep-alives and never a token"},
      {"lost-frames", "every=: of a stream each such token but the last is counted and not sent"},
      {"slow-tokens",
       "ms=,slower=,jitter=: pause before each token, longer by so many per cent, and at random by so many"},
      {"node-dies", "ms=: the node ends at once, as by SIGKILL"},
      {"node-freezes", "ms=: the node stops for that long (0: forever), as by SIGSTOP"},
      {"no-election", "when its master is gone the node elects none, as on zenoh"},
      {"keeps-the-dead", "as master it removes no node that is silent, nor the instances of one"},
      {"partition", "peer=HOST:PORT: nothing passes between this node and that peer (without peer: any)"},
      {"late", "ms=: the node starts to speak that much later"},
      {"foreign-node", "the node joins whatever namespace it meets"},
      {"wrong-mode", "a Tensor placement silently becomes Pipeline; a JACCL placement the ring"},
      {"wrong-answers", "where=single|multi|all,model=: the answers are wrong"},
      {"lies", "about=,mode=,model=: an untrue answer in the shape of a true one; README.md lists them"},
      {"prefill-stalls", "a prompt of more than one step of prefill is never read behind the first"},
      {"mended", "what=: no longer does what a finding says"},
      {"log-lines", "phase=,rank=,text=: writes that text to the log (\\n = new line)"},
      {"stderr", "phase=,rank=,text=: text on the runner's standard error"},
      {"missing-model", "model=: that model (or all) is not staged here"},
      {"api-silent", "path=: requests are read and never answered"},
      {"garbage", "path=: the answer is not JSON"},
      {"status", "path=,code=,text=: the answer is that status"},
      {"slow-api", "ms=,path=: answers come that much later"},
      {"places-on-fewer", "a placement that asks for more nodes than there are is made on those that are there"},
      {"places-late",
       "ms=: a placement that asks for more nodes than there are is kept, and made that long after they are there"},
      {"deletes-all", "the deletion of one instance deletes all"},
      {"drop-placement", "POST /place_instance is dropped in silence"},
      {"stale-view",
       "after=: this node applies no event behind that number: its state stands still, and it answers on"},
      {"no-edges", "this node finds no edges"},
      {"cable-out", "the Thunderbolt cables of this node are gone: it reports no connection"},
  };
  return kKnown;
}

std::string Fault::arg(const std::string& key, const std::string& otherwise) const {
  const auto found = args.find(key);
  return found == args.end() ? otherwise : found->second;
}

double Fault::number(const std::string& key, double otherwise) const {
  const auto found = args.find(key);
  return found == args.end() ? otherwise : std::strtod(found->second.c_str(), nullptr);
}

int Faults::add(const std::string& spec) {
  Fault fault;
  const std::size_t colon = spec.find(':');
  fault.name = spec.substr(0, colon);
  std::vector<std::string> names;
  for (const auto& entry : known()) names.push_back(entry.first);
  if (std::find(names.begin(), names.end(), fault.name) == names.end())
    throw UsageError("no fault is called '" + fault.name + "'",
                     "did you mean " + join(nearest_names(fault.name, names), ", ") + "?");
  if (colon != std::string::npos) {
    for (const std::string& part : arguments(spec.substr(colon + 1))) {
      const std::size_t equals = part.find('=');
      if (equals == std::string::npos)
        throw UsageError("'" + part + "' of fault '" + spec + "' is not key=value",
                         "write " + fault.name + ":key=value,...");
      fault.args[part.substr(0, equals)] = part.substr(equals + 1);
    }
  }
  fault.left = static_cast<int>(fault.number("times", -1));
  fault.skip = static_cast<int>(fault.number("skip", 0));
  fault.share = fault.number("share", 100);
  fault.args.erase("share");
  fault.args.erase("times");
  fault.args.erase("skip");
  fault.id = next_id_++;
  faults_.push_back(fault);
  return fault.id;
}

bool Faults::remove(int id) {
  return std::erase_if(faults_, [id](const Fault& fault) { return fault.id == id; }) > 0;
}

const Fault* Faults::find(const std::string& name) const {
  for (const Fault& fault : faults_)
    if (fault.name == name && fault.left != 0) return &fault;
  return nullptr;
}

std::optional<Fault> Faults::take(const std::string& name, const std::map<std::string, std::string>& args) {
  for (Fault& fault : faults_) {
    if (fault.name != name || fault.left == 0 || !fits(fault, args)) continue;
    if (fault.skip > 0) {
      --fault.skip;
      continue;
    }
    if (fault.share < 100 && std::uniform_real_distribution<double>(0, 100)(random_) >= fault.share) continue;
    if (fault.left > 0) --fault.left;
    return fault;
  }
  return std::nullopt;
}

std::optional<Fault> Faults::take_each(const std::string& name, const std::map<std::string, std::string>& args) {
  for (Fault& fault : faults_) {
    if (fault.name != name || fault.left == 0 || !fits(fault, args)) continue;
    if (std::find(taken_.begin(), taken_.end(), fault.id) != taken_.end()) continue;
    taken_.push_back(fault.id);
    if (fault.left > 0) --fault.left;
    return fault;
  }
  return std::nullopt;
}

Json Faults::describe() const {
  Json out = Json::array();
  for (const Fault& fault : faults_)
    out.push_back({{"id", fault.id}, {"name", fault.name}, {"args", fault.args}, {"left", fault.left}});
  return out;
}

}  // namespace exo_harness::fake
