import type { TokenRule } from '../token-rule.ts'
import { ALNUM, BASE64, BASE64URL, HEX, UUID, isMixed, token } from './token.ts'

/** Keys of clouds and of the places applications run in. */
export const CLOUD_RULES: readonly TokenRule[] = [
  token('aws-access-key', ['AKIA', 'ASIA', 'ABIA', 'ACCA'], '(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}'),
  token(
    'aws-session-token',
    ['IQoJb3JpZ2lu', 'FwoGZXIvYXdz', 'FQoGZXIvYXdz'],
    `(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz)${BASE64}{80,2000}={0,2}`,
  ),
  // A pre-signed address: whoever has it may read or write what it is of, for up to seven days.
  token('url-signature', ['X-Amz-Signature=', 'X-Goog-Signature='], 'X-(?:Amz|Goog)-Signature=[0-9a-f]{64,1024}'),
  token('aws-bedrock-key', ['ABSK', 'bedrock-api-key-'], `(?:ABSK|bedrock-api-key-)${BASE64}{100,2000}={0,2}`),
  token('aws-mws-token', ['amzn.mws.'], String.raw`amzn\.mws\.${UUID}`),
  token('google-oauth-token', ['ya29.'], String.raw`ya29\.${BASE64URL}{40,1024}`),
  token('google-refresh-token', ['1//0'], `1//0${BASE64URL}{40,200}`),
  token('google-client-secret', ['GOCSPX-'], `GOCSPX-${BASE64URL}{28}`),
  token('firebase-server-key', [':APA91b'], `${BASE64URL}{11}:APA91b${BASE64URL}{130,160}`, { lead: 11 }),
  token('digitalocean-token', ['dop_v1_', 'doo_v1_', 'dor_v1_'], `do[opr]_v1_${HEX}{64}`),
  token('cloudflare-token', ['cfut_', 'cfat_', 'cfk_'], `cf(?:ut|at|k)_${ALNUM}{40}${HEX}{8}`),
  token('cloudflare-origin-key', ['v1.0-'], String.raw`v1\.0-${HEX}{24}-${HEX}{140,150}`),
  token(
    'fly-token',
    ['fm2_', 'fm1r_', 'fm1a_', 'fo1_'],
    `(?:fm2|fm1[ar])_${BASE64}{80,2000}={0,2}|fo1_${BASE64URL}{43}`,
  ),
  token('vercel-token', ['vcp_', 'vci_', 'vca_', 'vcr_', 'vck_'], `vc[aickpr]_${ALNUM}{20,64}`, { accepts: isMixed }),
  token('vercel-blob-token', ['vercel_blob_rw_'], `vercel_blob_rw_${ALNUM}{14,20}_${ALNUM}{28,34}`),
  token('netlify-token', ['nfp_'], `nfp_${ALNUM}{36}`),
  token('heroku-key', ['HRKU-'], `HRKU-(?:AA${BASE64URL}{58}|${UUID})`),
  token('alibaba-access-key', ['LTAI'], `LTAI${ALNUM}{16,26}`, { accepts: isMixed }),
  token('tencent-secret-id', ['AKID'], `AKID${ALNUM}{32}`, { accepts: isMixed }),
  token('scaleway-access-key', ['SCW'], 'SCW[A-Z0-9]{17}', { accepts: match => /[0-9]/.test(match) }),
  token('yandex-key', ['AQVN', 'y0_A'], `AQVN${BASE64URL}{35,38}|y0_A${BASE64URL}{50,60}`),
  token('akamai-token', ['akab-'], 'akab-[a-z0-9]{16}-[a-z0-9]{16}'),
  token('render-key', ['rnd_'], `rnd_${ALNUM}{28,36}`, { accepts: isMixed }),
  token('deno-deploy-token', ['ddp_', 'ddw_'], `dd[pw]_${ALNUM}{36}`),
  token('pulumi-token', ['pul-'], `pul-${HEX}{40}`),
  token('terraform-token', ['.atlasv1.'], String.raw`${ALNUM}{14}\.atlasv1\.${BASE64URL}{60,70}`, { lead: 14 }),
  token('openshift-token', ['sha256~'], `sha256~${BASE64URL}{43}`),
  token('docker-swarm-key', ['SWMTKN-1-', 'SWMKEY-1-'], `SWMTKN-1-[0-9a-z]{50}-[0-9a-z]{25}|SWMKEY-1-${BASE64}{43}`),
  token('rancher-token', ['token-'], 'token-[a-z0-9]{5}:[a-z0-9]{54}'),
  token('k3s-token', ['K10'], `K10${HEX}{64}::[a-z]{4,12}:[0-9a-z.]{16,64}`),
  token('tailscale-key', ['tskey-'], `tskey-[a-z]{2,20}-${ALNUM}{8,40}-${ALNUM}{16,64}`),
]
