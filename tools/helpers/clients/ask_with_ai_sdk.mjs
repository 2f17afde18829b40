// Ask a placed model with Vercel's AI SDK. Usage: node ask_with_ai_sdk.mjs API MODEL   needs: npm install ai @ai-sdk/openai-compatible
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, streamText, tool, jsonSchema } from "ai";
import { readFileSync } from "node:fs";

const [api, model] = process.argv.slice(2);
const provider = createOpenAICompatible({ name: "exo", baseURL: `${api}/v1`, apiKey: "none", includeUsage: true });
const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version;
const label = `ai ${version("ai")}`;
const weather = tool({
  description: "The weather",
  inputSchema: jsonSchema({ type: "object", properties: { city: { type: "string" }, days: { type: "integer" } }, required: ["city"] }),
});
const common = { model: provider(model), maxRetries: 0, maxOutputTokens: 50 };
const shown = (r) => JSON.stringify([r.text, r.reasoningText, r.toolCalls.map((c) => [c.toolName, c.input]), r.finishReason, r.usage?.outputTokens]);
const streamed = async (options) => {
  const r = streamText({ ...options, onError: ({ error }) => { throw error; } });
  let pieces = 0;
  for await (const part of r.fullStream) { pieces += 1; if (part.type === "error") throw part.error; }
  return shown({ text: await r.text, reasoningText: await r.reasoningText, toolCalls: await r.toolCalls, finishReason: await r.finishReason, usage: await r.usage });
};
const ways = {
  whole: async () => shown(await generateText({ ...common, prompt: "What is 2+2?" })),
  stream: () => streamed({ ...common, prompt: "What is 2+2?" }),
  tools: async () => shown(await generateText({ ...common, prompt: "What is the weather in Paris for 3 days?", tools: { get_weather: weather } })),
  "tools stream": () => streamed({ ...common, prompt: "What is the weather in Paris for 3 days?", tools: { get_weather: weather } }),
  "cut call stream": () => streamed({ ...common, maxOutputTokens: 3, prompt: "What is the weather in Paris for 3 days?", tools: { get_weather: weather } }),
};
for (const [way, ask] of Object.entries(ways)) {
  try { console.log(`${label} | ${way} | ${await ask()}`); }
  catch (error) { console.log(`${label} | ${way} | BREAKS ${error.name}: ${String(error.message).slice(0, 300)}`); }
}
