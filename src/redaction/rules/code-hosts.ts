import type { TokenRule } from '../token-rule.ts'
import { ALNUM, BASE64URL, HEX, isMixed, token } from './token.ts'

const GITLAB_KINDS = ['pat', 'dt', 'rt', 'rtr', 'soat', 'ptt', 'ft', 'imt', 'agent', 'oas', 'cbt', 'ffct', 'wt']

/** Tokens of code hosts, and of the registries packages come from. */
export const CODE_HOST_RULES: readonly TokenRule[] = [
  token('github-token', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], `gh[oprsu]_${ALNUM}{36,255}`),
  token(
    'github-token',
    ['ghs_'],
    String.raw`ghs_[0-9]{1,20}_eyJ${BASE64URL}{10,1000}\.${BASE64URL}{10,4000}\.${BASE64URL}{10,1000}`,
  ),
  token('github-fine-grained-token', ['github_pat_'], 'github_pat_[A-Za-z0-9_]{60,255}'),
  token(
    'gitlab-token',
    GITLAB_KINDS.map(kind => `gl${kind}-`),
    String.raw`gl(?:${GITLAB_KINDS.join('|')})-${BASE64URL}{20,300}(?:\.[0-9a-z]{2}\.[0-9a-z]{9})?`,
  ),
  token('gitlab-registration-token', ['GR1348941'], `GR1348941${BASE64URL}{20}`),
  token('bitbucket-app-password', ['ATBB'], `ATBB${ALNUM}{32}`),
  token('atlassian-token', ['ATATT3', 'ATCTT3', 'ATSTT3'], `AT[ACS]TT3${BASE64URL}{60,300}(?:=[0-9A-F]{8})?`),
  token('sourcegraph-token', ['sgp_', 'sgd_', 'slk_'], `sgp_(?:${HEX}{16}_|local_)?${HEX}{40}|(?:sgd_|slk_)${HEX}{64}`),
  token('sonar-token', ['sqp_', 'sqa_', 'squ_'], `sq[apu]_${HEX}{40}`),
  token('npm-token', ['npm_'], `npm_${ALNUM}{36}`),
  token('pypi-token', ['pypi-AgE'], `pypi-AgE${BASE64URL}{60,1000}`),
  token('rubygems-key', ['rubygems_'], `rubygems_${HEX}{48}`),
  token('nuget-key', ['oy2'], 'oy2[a-z0-9]{43}', {
    accepts: match => /[a-z].*[0-9]/.test(match.slice(3)) || /[0-9].*[a-z]/.test(match.slice(3)),
  }),
  token('crates-io-token', ['cio'], `cio${ALNUM}{32}`, { accepts: isMixed }),
  token('docker-hub-token', ['dckr_pat_', 'dckr_oat_'], `dckr_[op]at_${BASE64URL}{27,36}`),
  token('jfrog-token', ['AKCp', 'cmVmdGtu'], `AKCp${ALNUM}{69}|cmVmdGtu${ALNUM}{56}`),
  token('packagist-token', ['packagist_'], `packagist_[a-z]{3}_${HEX}{60,72}`),
  token('clojars-token', ['CLOJARS_'], `CLOJARS_${HEX}{60}`),
]
