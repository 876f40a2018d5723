/** The resource goes with every record to the destinations: what its variables and detectors found may be secret too. */
import type { Attributes } from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import type { DetectedResourceAttributes, Resource } from '@opentelemetry/resources'
import type { EventMasker } from '../events/masking.ts'
import { TextMasking } from '../events/text-masking.ts'

const PATH = 'resource'

/** The resource with its secrets masked, those that are not known yet when they are. */
export function maskedResource(resource: Resource, masker: EventMasker | undefined): Resource {
  if (masker === undefined) return resource
  const masking = new TextMasking(masker)
  const masked: DetectedResourceAttributes = {}
  for (const [name, value] of resource.getRawAttributes()) {
    // The first one counts, as everywhere in a resource that was merged.
    if (Object.hasOwn(masked, name)) continue
    masked[name] =
      value instanceof Promise
        ? value.then(found => maskedValue(masking, name, found))
        : maskedValue(masking, name, value)
  }
  return resourceFromAttributes(masked, resource.schemaUrl === undefined ? {} : { schemaUrl: resource.schemaUrl })
}

function maskedValue(masking: TextMasking, name: string, value: Attributes[string]): Attributes[string] {
  if (typeof value === 'string') return masking.member(name, value, PATH)
  const isTexts = Array.isArray(value) && value.every(item => typeof item === 'string')
  return isTexts ? value.map(item => masking.member(name, item, PATH)) : value
}
