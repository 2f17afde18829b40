// The answer to a request that cannot be served: the exact status and the exact body of the generation. Source:
// contract 1, 10, 13.1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/gtest/attached_cluster.h"
#include "exo_harness/gtest/known_finding.h"
#include "exo_harness/gtest/matchers.h"

#include "as_recorded.h"
#include "promise.h"

namespace exo_harness::suites {
namespace {

using namespace std::chrono_literals;

const bool kPaths = register_promises("UnknownPath",
                                      {
                                          {"HealthIs404", "06"},
                                          {"VersionIs404", "07"},
                                          {"InstanceWithoutIdIs404", "08"},
                                          {"BelowV1Is404", "12", true},
                                          {"WithASlashAtTheEndIs404", "290"},
                                          {"HeadIs404", "216"},
                                          {"OllamaIs404", "227"},
                                          {"PartOfTheStateIs404", "233"},
                                      },
                                      __FILE__, __LINE__);

// GET and HEAD of a path that has neither are taken for a file of the dashboard, hence 404.
const bool kMethods = register_promises("WrongMethod",
                                        {
                                            {"PostOfTheNodeIdIs405", "200", true},
                                            {"DeleteOfTheStateIs405", "201"},
                                            {"PutOfTheModelsIs405", "204"},
                                            {"PostOfThePreviewsIs405", "205"},
                                            {"PatchOfAnInstanceIs405", "206"},
                                            {"PostOfTheEventsIs405", "207"},
                                            {"OptionsOfChatIs405", "217"},
                                            {"GetOfChatIs404", "202"},
                                            {"GetOfPlaceInstanceIs404", "203"},
                                            {"GetOfCancelIs404", "208"},
                                            {"GetOfClaudeMessagesIs404", "209"},
                                            {"GetOfResponsesIs404", "210"},
                                            {"GetOfOllamaChatIs404", "211"},
                                            {"HeadOfTheNodeIdIs404", "212"},
                                            {"HeadOfTheStateIs404", "213"},
                                        },
                                        __FILE__, __LINE__);

const bool kUnknown = register_promises("UnknownName",
                                        {
                                            {"ModelOfAChatIs404", "15", true},
                                            {"ModelOfAStreamIs404BeforeAnyFrame", "42"},
                                            {"ShortNameOfAModelIs404", "41"},
                                            {"ModelOfBenchIs404", "284"},
                                            {"ModelOfOllamaChatIs404", "275"},
                                            {"ModelOfOllamaV1ChatIsAsTheGenerationHasIt", "288"},
                                            {"ModelOfClaudeMessagesIs404", "278"},
                                            {"ModelOfResponsesIs404", "280"},
                                            {"CommandToCancelIs404", "43"},
                                            {"CommandToCancelThatIsNoIdIs404", "238"},
                                            {"InstanceToDeleteIs404", "44"},
                                            {"InstanceToDeleteThatIsNoIdIs404", "45"},
                                            {"InstanceToReadIs404", "236"},
                                            {"InstanceToReadThatIsNoIdIs404", "237"},
                                            {"TraceIs404", "224"},
                                        },
                                        __FILE__, __LINE__);

const bool kChat = register_promises("BadChat",
                                     {
                                         {"MalformedJsonIs422", "39", true},
                                         {"TrailingCommaIs422", "263"},
                                         {"TwoDocumentsAre422", "264"},
                                         {"SingleQuotesAre422", "265"},
                                         {"NoBodyIs422", "256"},
                                         {"ListForABodyIs422", "254"},
                                         {"NullForABodyIs422", "255"},
                                         {"BodyThatIsNotSentAsJsonIs422", "257"},
                                         {"NoMessagesAre422", "40", true},
                                         {"ModelThatIsANumberIs422", "245"},
                                         {"ModelThatIsNullIs422", "247"},
                                         {"MessagesThatAreATextAre422", "246"},
                                         {"MessageThatIsANumberIs422", "262"},
                                         {"MessageWithoutRoleIs422", "248"},
                                         {"MessageOfAnUnknownRoleIs422", "250"},
                                         {"MaxTokensThatAreATextAre422", "251"},
                                         {"MaxTokensWithAFractionAre422", "261"},
                                         {"TemperatureThatIsATextIs422", "252"},
                                         {"StreamThatIsATextIs422", "253"},
                                         {"LogprobsThatAreATextAre422", "260"},
                                         {"TopLogprobsThatAreATextAre422", "259"},
                                         {"StopThatIsANumberIs422", "258"},
                                     },
                                     __FILE__, __LINE__);

const bool kPlacements = register_promises("BadPlacement",
                                           {
                                               {"MalformedJsonIs422", "23"},
                                               {"NoModelIs422", "24", true},
                                               {"NoBodyIs422", "271"},
                                               {"ListForABodyIs422", "270"},
                                               {"ModelThatIsANumberIs422", "269"},
                                               {"MinNodesThatAreATextAre422", "266"},
                                               {"UnknownShardingIs422", "267"},
                                               {"UnknownMeansIs422", "268"},
                                               {"DryRunWithoutModelIs422", "240"},
                                               {"DryRunOfAnUnknownShardingIs422", "22"},
                                               {"DryRunOfUnknownMeansIs422", "242"},
                                               {"DryRunWithMinNodesThatAreATextIs422", "241"},
                                               {"PreviewsWithoutModelAre422", "239"},
                                               {"NoInstanceToCreateIs422", "272"},
                                               {"NumberForAnInstanceIs422", "273"},
                                               {"UnknownKindOfInstanceIs422", "274"},
                                           },
                                           __FILE__, __LINE__);

const bool kOthers = register_promises("BadRequest",
                                       {
                                           {"BenchWithoutMessagesIs422", "285", true},
                                           {"ClaudeMessagesWithoutLimitAre422", "279"},
                                           {"ResponsesWithoutInputAre422", "281"},
                                           {"DownloadWithoutTargetIs422", "286"},
                                           {"CancelOfADownloadWithoutTargetIs422", "287"},
                                           {"AwaitWithoutModelIsAsTheGenerationHasIt", "230"},
                                           {"AwaitForANegativeTimeIsAsTheGenerationHasIt", "231"},
                                       },
                                       __FILE__, __LINE__);

using OllamaRequest = gtest::ClusterTest;

TEST_F(OllamaRequest, WithoutMessagesIsRefused) {
  const auto reply = cluster().client().raw("POST", "/ollama/api/chat", R"({"model":"x"})", Deadline::after(20s));

  ASSERT_THAT(reply, gtest::IsOk());
  gtest::expect_unless_known("ollama-missing-field-is-500", reply->status == 422,
                             format("a chat without messages got {} `{}`, not 422", reply->status, reply->body));
}

}  // namespace
}  // namespace exo_harness::suites
