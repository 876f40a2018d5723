/** `kansa/instrumentation`: the audit of agent SDKs, from code and among OpenTelemetry's instrumentations. */
export { listAttachments } from './instrumentation/attachments.ts'
export type { Attachment } from './instrumentation/attachments.ts'
export { AuditInstrumentation } from './instrumentation/audit-instrumentation.ts'
export type { Patches, PatchedCall } from './instrumentation/patches.ts'
export { auditInstrumentations, registerAuditInstrumentations } from './instrumentation/register-instrumentations.ts'
export type { AuditInstrumentationOptions } from './instrumentation/register-instrumentations.ts'
export type { Sdk, SdkPackage, VersionRange } from './instrumentation/sdk.ts'
