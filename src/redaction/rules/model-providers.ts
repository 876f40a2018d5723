import type { TokenRule } from '../token-rule.ts'
import { ALNUM, BASE64URL, HEX, UUID, isMixed, token } from './token.ts'

/** Keys of the services that run models. */
export const MODEL_PROVIDER_RULES: readonly TokenRule[] = [
  token(
    'openai-key',
    ['sk-proj-', 'sk-svcacct-', 'sk-admin-', 'sk-None-'],
    `sk-(?:proj|svcacct|admin|None)-${BASE64URL}{32,256}`,
  ),
  token('openai-session', ['sess-'], `sess-${ALNUM}{40}`, { accepts: isMixed }),
  // OpenAI's first form, and what DeepSeek, Moonshot, DashScope, Stability, LiteLLM and other services that speak its protocol give out.
  token('model-api-key', ['sk-'], `sk-(?:${ALNUM}{32,64}|${HEX}{32})`, { accepts: match => /[0-9]/.test(match) }),
  token('litellm-key', ['sk-'], `sk-${BASE64URL}{22}`, { accepts: isMixed }),
  token('anthropic-key', ['sk-ant-'], `sk-ant-(?:[a-z]{2,10}[0-9]{2}-)?${BASE64URL}{32,200}`),
  token('google-api-key', ['AIza'], `AIza${BASE64URL}{35}`),
  token('google-express-key', ['AQ.Ab'], String.raw`AQ\.Ab${BASE64URL}{40,100}`),
  token('groq-key', ['gsk_'], `gsk_${ALNUM}{48,64}`),
  token('xai-key', ['xai-'], `xai-${ALNUM}{64,100}`),
  token('hugging-face-token', ['hf_', 'api_org_'], `(?:hf|api_org)_${ALNUM}{34,40}`),
  token('replicate-token', ['r8_'], `r8_${ALNUM}{37,40}`),
  token('perplexity-key', ['pplx-'], `pplx-${ALNUM}{40,64}`),
  token('openrouter-key', ['sk-or-v1-'], `sk-or-v1-${HEX}{64}`),
  token('helicone-key', ['sk-helicone-'], 'sk-helicone-[a-z0-9-]{24,64}'),
  token('fireworks-key', ['fw_'], `fw_${ALNUM}{20,32}`, { accepts: isMixed }),
  token('nvidia-key', ['nvapi-'], `nvapi-${BASE64URL}{60,80}`),
  token('together-key', ['tgp_v1_'], `tgp_v1_${BASE64URL}{40,64}`),
  token('elevenlabs-key', ['sk_'], `sk_${HEX}{48}`),
  token('cerebras-key', ['csk-'], 'csk-[a-z0-9]{48}'),
  token('voyage-key', ['pa-'], `pa-${BASE64URL}{43}`, { accepts: isMixed }),
  token('jina-key', ['jina_'], `jina_${HEX}{32}${BASE64URL}{28}`),
  token('pinecone-key', ['pcsk_'], `pcsk_${ALNUM}{4,8}_${ALNUM}{50,72}`),
  token('anyscale-key', ['esecret_'], `esecret_${ALNUM}{20,40}`),
  token('friendli-token', ['flp_'], `flp_${ALNUM}{40,50}`),
  token('runpod-key', ['rpa_'], `rpa_${ALNUM}{40,56}`),
  token('modal-secret', ['as-'], `as-${ALNUM}{22}`, { accepts: isMixed }),
  token('langsmith-key', ['lsv2_pt_', 'lsv2_sk_'], `lsv2_(?:pt|sk)_${HEX}{32}_${HEX}{10}`),
  token('langfuse-key', ['sk-lf-'], `sk-lf-${UUID}`),
  token('logfire-token', ['pylf_v1_', 'pylf_v2_'], `pylf_v[12]_(?:us|eu)_${ALNUM}{40,100}`),
]
