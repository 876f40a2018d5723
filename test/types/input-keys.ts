/**
 * Checked by the compiler only: the inputs are the fields of the journal line in camelCase. Who adds a field to one of
 * the two files and forgets the other breaks the build here.
 */
import type {
  AgentExecutionData,
  AgentInput,
  ApiCallData,
  ApiCallInput,
  AuditEnvelope,
  EventInput,
  SecurityData,
  SecurityInput,
  TokenUsageData,
  TokenUsageInput,
  ToolCallData,
  ToolCallInput,
} from '../../src/index.ts'

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- comparing generic functions compares A and B
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
declare function same<A, B>(proof: Same<A, B>): void

type CamelCase<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : S
type CamelKeys<T> = CamelCase<keyof T & string>

// Given by Kansa itself, never by a caller.
type Own = 'observed_timestamp' | 'cut' | 'redacted' | 'capture' | 'seq'
type Envelope = CamelKeys<Omit<AuditEnvelope, Own>> | 'actorId' | 'timestamp'

same<keyof EventInput, Envelope>(true)
// The method says the status.
same<keyof AgentInput, CamelKeys<Omit<AgentExecutionData, 'status'>> | Envelope>(true)
same<keyof ApiCallInput, CamelKeys<ApiCallData> | Envelope>(true)
same<keyof ToolCallInput, CamelKeys<ToolCallData> | Envelope>(true)
same<keyof TokenUsageInput, CamelKeys<TokenUsageData> | Envelope>(true)
same<keyof SecurityInput, CamelKeys<SecurityData> | Envelope>(true)

/** Fields of `Data` whose value a caller could not hand to `Input`. */
type Mismatched<Data, Input> = {
  [K in keyof Data & string]-?: CamelCase<K> extends keyof Input
    ? Data[K] extends Input[CamelCase<K>]
      ? never
      : K
    : never
}[keyof Data & string]

same<Mismatched<AgentExecutionData, AgentInput>, never>(true)
same<Mismatched<ApiCallData, ApiCallInput>, never>(true)
same<Mismatched<ToolCallData, ToolCallInput>, never>(true)
same<Mismatched<TokenUsageData, TokenUsageInput>, never>(true)
same<Mismatched<SecurityData, SecurityInput>, never>(true)
same<Mismatched<Omit<AuditEnvelope, Own>, EventInput>, never>(true)
