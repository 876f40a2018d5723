/** What is recorded of the tokens that the model server tells in OpenAI's formats. */
export const OPENAI_TOKENS = {
  prompt_tokens: 11,
  completion_tokens: 7,
  total_tokens: 18,
  cache_read_tokens: 3,
  reasoning_tokens: 2,
} as const
