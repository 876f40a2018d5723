/**
 * Parts of log records in OTLP's JSON encoding (OTLP specification, "JSON Protobuf Encoding"; opentelemetry-proto,
 * common.proto), written as OpenTelemetry's own serializer writes them.
 */
import type { Attributes } from '@opentelemetry/api'
import { parseTime } from '../events/timestamp.ts'

/** What comes before the value of an attribute; `}` comes behind it. */
export function attributeOpening(key: string): string {
  return `{"key":${JSON.stringify(key)},"value":`
}

/** KeyValues, with a comma before each. */
export function attributesJson(attributes: Attributes): string {
  let json = ''
  for (const key of Object.keys(attributes)) json += `,${attributeOpening(key)}${anyValueJson(attributes[key])}}`
  return json
}

/** An AnyValue. */
export function anyValueJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `{"stringValue":${JSON.stringify(value)}}`
    case 'number':
      return Number.isInteger(value)
        ? `{"intValue":${JSON.stringify(value)}}`
        : `{"doubleValue":${JSON.stringify(value)}}`
    case 'boolean':
      return `{"boolValue":${value}}`
    case 'object':
      if (value === null) return '{}'
      return Array.isArray(value)
        ? `{"arrayValue":{"values":[${value.map(anyValueJson).join(',')}]}}`
        : `{"kvlistValue":{"values":[${attributesJson({ ...value }).slice(1)}]}}`
    case 'bigint':
    case 'symbol':
    case 'function':
    case 'undefined':
      return '{}'
  }
}

/** Nanoseconds since 1970, as text: a double does not hold them. What is no time counts as 1970. */
export function unixNanos(time: string): string {
  const millis = parseTime(time) ?? 0
  return millis === 0 ? '0' : `${millis}000000`
}
