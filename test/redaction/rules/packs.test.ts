import { expect } from 'chai'
import { PACKS, PACK_NAMES } from '../../../src/redaction/rules/all-rules.ts'
import type { PackName } from '../../../src/redaction/rules/all-rules.ts'
import { readBenign } from './corpus/read-corpus.ts'

function found(pack: PackName, text: string): string[] {
  return PACKS[pack]
    .filter(rule => rule.gate?.(text) ?? true)
    .flatMap(rule =>
      [...text.matchAll(rule.pattern)].map(([match]) => match).filter(match => rule.accepts?.(match) ?? true),
    )
}

interface Cases {
  /** Text, with what is to be found between brackets. */
  readonly finds: readonly string[]
  readonly leaves: readonly string[]
}

const CASES: Readonly<Record<PackName, Cases>> = {
  email: {
    finds: [
      'write to ‹ann.example+audit@mail.example.org›, please',
      '{"from":"‹a@example.com›"}',
      'mailto:‹o_brien@sub.example.co.uk›?subject=x',
      'Ann <‹ann@xn--exmple-cua.de›>',
      'sent by ‹ann@example.com›. Then',
    ],
    leaves: [
      'git clone git@github.com:team/app.git',
      'npm i react@19.2.0 @types/node@24.0.1 typescript@next',
      '<img src="icon@2x.png">',
      '@decorator() @media (min-width: 3em) user@host',
      'ssh deploy@host "ls"',
      'chore(deps): bump a@1.2.3 to b@1.2.4-rc.1',
    ],
  },
  phone: {
    finds: [
      'call ‹+49 30 901820› today',
      '‹+14155550132›',
      '{"phone":"‹+44 20 7946 0958›"}',
      'tel: ‹(415) 555-0132›',
      'tel: ‹415-555-0132›, Ann',
      'tel ‹07700 900123› or ‹020 7946 0958›',
      'tél. ‹01 23 45 67 89›',
      'Tel.: ‹030/901820-15›',
      'from abroad ‹0049 30 901820›',
    ],
    leaves: [
      '2026-11-22 10:15:30',
      '+1790072130123456789',
      '-old\n+1790072130\n+14155550132',
      '@@ -120,7 +1234567 @@',
      'id 4155550132, order 2026-00412-0001',
      '192.168.100.1234',
      '3.141592653589793',
      'sum = 100+20000000000',
      '10:00-12:00, 12.11.2026, 1,299.00 EUR',
      '550e8400-e29b-41d4-a716-446655440000',
    ],
  },
  ip: {
    finds: [
      'from ‹203.0.113.7› port 22',
      'http://‹198.51.100.23›:8080/x',
      'ip=‹8.8.8.8›',
      'connect ‹2001:db8::8a2e:370:7334› failed',
      '[‹fe80::1ff:fe23:4567:890a›]',
      '‹2001:0db8:85a3:0000:0000:8a2e:0370:7334›',
      'route ‹10.0.0.0›/8',
    ],
    leaves: [
      'v1.2.3.4 and version 10.0.0.1 and @4.3.2.1 and ==1.2.3.4',
      '1.2.3.4.5, 1.2.3, 256.1.1.1, 01.02.03.04',
      'listening on 127.0.0.1:3000 and 0.0.0.0:80 and ::1',
      'Chrome/131.0.6778.86, 1.2.3.4-beta',
      'std::vector, crate::a::b, face::bead, 10:15:30, 12:34:56:78',
      'aa:bb:cc:dd:ee:ff',
      'SHA1 Fingerprint=AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD',
      '{a:1,b::2}, ::before, ::after',
    ],
  },
  'national-id': {
    finds: [
      'SSN ‹219-09-9999›',
      'NI ‹QQ 12 34 56 C›'.replace('QQ', 'AB'),
      'Steuer-ID: ‹86 095 742 719›, IdNr ‹86095742719›',
      'NIR ‹2 55 08 14 168 025 38› et ‹255081416802538›',
      'DNI ‹12345678Z›, NIE ‹X1234567L›',
      'codice fiscale ‹RSSMRA85T10A562S›',
      'CPF ‹529.982.247-25›',
      'Aadhaar ‹2234 5678 9018›',
      'BSN: ‹111222333›',
      'AHV ‹756.9217.0769.85›',
      'rijksregister ‹85.07.30-033.28›',
      'personnummer ‹811218-9876›',
      'PESEL ‹44051401359›',
      'SIN ‹130 692 544›',
    ],
    leaves: [
      'SSN 000-12-3456, 666-12-3456, 900-12-3456, 123-00-4567, 123-45-0000',
      'GB 12 34 56 C, AB123456E',
      'Steuer-ID: 86 095 742 718',
      'NIR 2 55 08 14 168 025 39',
      'DNI 12345678A, part 12345678-TRWX',
      'RSSMRA85T10A562T',
      'CPF 529.982.247-24, 111.111.111-11',
      'Aadhaar 2234 5678 9017',
      'BSN: 111222334, order 111222333',
      'AHV 756.9217.0769.84',
      '85.07.30-033.29, 811218-9875',
      'PESEL 44051401358, id 44051401359',
      '2026-11-22, 2026-11-22T10:15:30, 550e8400-e29b-41d4-a716-446655440000, 123456789',
    ],
  },
}

describe('packs', () => {
  for (const pack of PACK_NAMES) {
    for (const marked of CASES[pack].finds) {
      const wanted = [...marked.matchAll(/‹(.*?)›/g)].map(([, text]) => text)
      it(`${pack}: ${wanted.join(', ')} is found`, () => {
        expect(found(pack, marked.replaceAll(/[‹›]/g, '')).toSorted()).to.deep.equal(wanted.toSorted())
      })
    }

    for (const text of CASES[pack].leaves) {
      it(`${pack}: ${JSON.stringify(text)} stays`, () => {
        expect(found(pack, text)).to.deep.equal([])
      })
    }
  }

  it('leave what agents log without personal data', () => {
    const personal = /^(git log|access log|times|package managers|redacted|key fingerprint|verifier|public key)/
    const fields = readBenign().filter(field => !personal.test(field.sort))
    const masks = fields.flatMap(({ sort, text }) =>
      PACK_NAMES.flatMap(pack => found(pack, text).map(match => `${pack} in ${sort}: ${match}`)),
    )
    expect(masks).to.deep.equal([])
  })
})
