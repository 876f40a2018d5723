/** OpenTelemetry's log record exporter that writes audit events to the local journal. */
import { resolve } from 'node:path'
import { diag } from '@opentelemetry/api'
import { ExportResultCode } from '@opentelemetry/core'
import type { ExportResult } from '@opentelemetry/core'
import type { Resource } from '@opentelemetry/resources'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { KansaError, messageOf } from '../errors.ts'
import { newEventId } from '../events/event-id.ts'
import { fitEvent } from '../events/fit-size.ts'
import { AS_THEY_ARE } from '../events/event-settings.ts'
import type { AuditEvent } from '../events/kinds.ts'
import type { EventMasker } from '../events/masking.ts'
import { lineHeadOf } from '../events/line.ts'
import { openJournal } from '../journal/journal.ts'
import type { CheckpointSealed } from '../journal/notices.ts'
import { givenSigners } from '../journal/sealing/signing-keys.ts'
import type { Journal } from '../journal/journal.ts'
import type { AppendingLogRecordExporter } from './export/appending-exporter.ts'
import type { StoredRecord } from './audit-api.ts'
import type { Delivery, RecordKeeper } from './delivery.ts'
import { joinExit } from './exit-hooks.ts'
import { createReport } from './failure-report.ts'
import type { Report } from './failure-report.ts'
import { newsOf } from './journal-news.ts'
import { givenKeyOf, maskerFor, withoutSecrets } from './event-masking.ts'
import { FolderKey } from './folder-key.ts'
import { attributeTexts, eventOfRecord } from './foreign-record.ts'
import { resolveExporterOptions } from './exporter-options.ts'
import type { JsonlExporterOptions, KnownSettings, ResolvedExporterOptions } from './exporter-options.ts'
import { neverCalledText } from './instrumented-sdks.ts'
import { lifecycleEvent, maskLifecycleEvent, sourceContext } from './lifecycle-events.ts'
import { optionsText } from './recorded-options.ts'
import { newsOfRepair } from './repair-news.ts'
import { secretReportOf } from './secret-report.ts'

/**
 * Writes audit events to `<dir>/audit.jsonl`, rotated. Records that are no audit events are passed over and counted; a
 * malformed `agent_audit.*` record is kept as an `AuditFailure`.
 *
 * Behind a `LosslessBatchLogRecordProcessor` each record is stored synchronously when it is emitted. Behind the stock
 * batch processor it works too, but what that one drops never arrives here.
 */
export class JsonlLogRecordExporter implements AppendingLogRecordExporter, RecordKeeper {
  private readonly options: ResolvedExporterOptions
  private readonly instanceId: string
  private readonly journal: Journal
  private readonly report: Report
  /** Of everything that is stored; `undefined` for `redaction: false`. */
  readonly masker: EventMasker | undefined
  private readonly leaveExit: () => void
  // Owned by begin(): the resource of the records, once known.
  private resource: Resource | undefined
  private passedOver = 0
  private closing: Promise<void> | undefined
  // Owned by storeStop(): set when the last line is given to the journal.
  private isStopped = false

  /**
   * Opens the folder and takes its lock. `known` is what somebody else has read of the options.
   * @throws KansaError `KANSA_INVALID_OPTION`, `KANSA_INVALID_KEY`, `KANSA_DIR_LOCKED`, `KANSA_DIR_UNUSABLE` or
   * `KANSA_FORMAT_NEWER`
   */
  constructor(options: JsonlExporterOptions = {}, known?: KnownSettings) {
    this.options = resolveExporterOptions(options, known)
    this.instanceId = newEventId(Date.now())
    this.report = createReport(this.options.onError)
    const { redaction } = this.options
    const key = new FolderKey(this.options)
    // What may be wrong with it is told before anything is made.
    const givenKey = givenKeyOf(redaction)
    this.journal = openJournal({
      ...this.options,
      instanceId: this.instanceId,
      signers: givenSigners(this.options),
      firstLines: () => [lineHeadOf(this.lifecycle('AuditContinued', 'A new file begins.', this.description()))],
      onNotice: notice => {
        if (notice.kind === 'checkpoint') this.tellCheckpoint(notice)
        if (notice.kind === 'folder-recreated') this.restoreKey(key)
        const { event, error } = newsOf(notice)
        if (error !== undefined) this.report(error)
        if (event !== undefined) this.store(this.told(event))
      },
    })
    this.masker = this.openMasker(givenKey, key)
    this.leaveExit = joinExit({
      commitSync: () => {
        this.journal.commitSync()
      },
      closeSync: reason => this.closeSync(reason),
    })
    if (this.options.resource !== undefined) this.begin(this.options.resource)
  }

  /** The folder that is written to; a folder below `dir` under `onLocked: 'own-folder'`. */
  get dir(): string {
    return this.journal.dir
  }

  /** How many records were passed over because they are no audit events. */
  get passedOverCount(): number {
    return this.passedOver
  }

  appendLogRecord(record: ReadableLogRecord, delivery: Delivery | undefined): void {
    const event = delivery?.event ?? this.eventOf(record)
    if (event === undefined) return
    if (this.resource === undefined && this.closing === undefined) this.begin(record.resource)
    const seq = this.closing === undefined ? this.journal.append(lineHeadOf(event)) : -1
    if (seq >= 0) delivery?.claim(this, seq)
    else delivery?.refuse(this.refusal())
    // A logger of Kansa's reports by itself.
    if (delivery === undefined && seq >= 0 && this.options.redaction.report) this.reportSecrets(event)
  }

  export(records: ReadableLogRecord[], resultCallback: (result: ExportResult) => void): void {
    const refusedBefore = this.journal.refused
    for (const record of records) this.appendLogRecord(record, undefined)
    const refused = this.journal.refused - refusedBefore
    if (this.closing === undefined && refused === 0) resultCallback({ code: ExportResultCode.SUCCESS })
    else resultCallback({ code: ExportResultCode.FAILED, error: this.refusal() })
  }

  async whenStored(seq: number): Promise<StoredRecord> {
    await this.journal.whenWritten(seq)
    return { seq }
  }

  storeNow(_seq: number): KansaError | undefined {
    // Lines are written in order: when nothing waits, this one does not.
    if (this.journal.writeNow()) return undefined
    const { dir, failure } = this.journal
    return new KansaError('KANSA_DIR_UNUSABLE', `${dir} cannot be written: ${messageOf(failure)}`, { cause: failure })
  }

  /**
   * Resolves when everything appended so far is durable and sealed.
   * @throws KansaError `KANSA_NOT_DURABLE` or `KANSA_NOT_SEALED`
   */
  forceFlush(): Promise<void> {
    return this.closing ?? this.journal.commit()
  }

  /** Ends the log. Never rejects. */
  shutdown(): Promise<void> {
    this.closing ??= this.close()
    return this.closing
  }

  private async close(): Promise<void> {
    // What the journal finds out here, and what an outage left to say, still comes before the last line.
    await this.journal.commit().catch(() => {})
    this.storeStop('shutdown')
    await this.journal.close()
    // Not earlier: an exit meanwhile commits at once.
    this.leaveExit()
  }

  private closeSync(reason: string): void {
    this.closing ??= Promise.resolve()
    this.journal.commitSync()
    this.storeStop(reason)
    this.journal.closeSync()
    this.leaveExit()
  }

  private storeStop(reason: string): void {
    if (this.isStopped) return
    this.isStopped = true
    const context = {
      reason,
      instance_id: this.instanceId,
      passed_over: this.passedOver || undefined,
      never_called: neverCalledText(),
    }
    if (this.resource !== undefined) this.store(this.lifecycle('AuditStopped', 'Auditing stopped.', context))
  }

  /** The first records of this process: that it started, and what had to be repaired. */
  private begin(resource: Resource): void {
    this.resource = resource
    const { opening } = this.journal
    const start = { previous_end: opening.previousEnd, options: optionsText(this.options.readings) }
    this.store(this.lifecycle('AuditStarted', 'Auditing started.', { ...this.description(), ...start }))
    for (const repair of opening.repairs) {
      const { message, context } = newsOfRepair(repair)
      this.store(this.lifecycle('AuditRecovered', message, context))
    }
    if (resource.asyncAttributesPending === true) void this.completeResource(resource)
  }

  /** Some resource detectors answer later than the first record comes: the log says what they found when they did. */
  private async completeResource(resource: Resource): Promise<void> {
    try {
      await resource.waitForAsyncAttributes?.()
    } catch (thrown) {
      diag.warn(withoutSecrets(`kansa: a part of the resource stays unknown: ${messageOf(thrown)}`))
    }
    if (this.isStopped) return
    this.store(this.lifecycle('AuditConfigChanged', 'The resource is known in full now.', this.description()))
  }

  private description(): ReturnType<typeof sourceContext> {
    const { instanceId, resource, options } = this
    const { origin, sealKey } = this.journal
    return sourceContext({ instanceId, origin, sealKey, resource, capture: options.capture })
  }

  private lifecycle(...event: Parameters<typeof lifecycleEvent>): AuditEvent {
    return this.told(lifecycleEvent(...event))
  }

  /** An event of the log's own life as it is stored, after those who want to know of it were told. */
  private told(built: AuditEvent): AuditEvent {
    const event = fitEvent(maskLifecycleEvent(built, this.masker), this.options.maxEventBytes)
    try {
      this.options.onLifecycleEvent?.(event)
    } catch (thrown) {
      diag.error(withoutSecrets(`kansa: onLifecycleEvent threw: ${messageOf(thrown)}`))
    }
    return event
  }

  private tellCheckpoint({ origin, size, root, note }: CheckpointSealed): void {
    try {
      this.options.onCheckpoint?.({ origin, size, root, note })
    } catch (thrown) {
      diag.error(withoutSecrets(`kansa: onCheckpoint threw: ${messageOf(thrown)}`))
    }
  }

  private store(event: AuditEvent): void {
    this.journal.append(lineHeadOf(event))
  }

  private eventOf(record: ReadableLogRecord): AuditEvent | undefined {
    try {
      const event = eventOfRecord(record, this.masker, this.options.capture)
      if (event === undefined) this.passedOver++
      return event && fitEvent(event, this.options.maxEventBytes)
    } catch (error) {
      return this.malformed(record, messageOf(error))
    }
  }

  /** Nothing that claims to be an audit event is lost, however broken: its attributes are kept as text. */
  private malformed(record: ReadableLogRecord, problem: string): AuditEvent {
    diag.warn(`kansa: a malformed audit record was kept as an AuditFailure: ${problem}`)
    return this.lifecycle('AuditFailure', 'A malformed audit record arrived.', {
      problem,
      event_name: record.eventName,
      ...attributeTexts(record, this.masker),
    })
  }

  /** Without it nothing is stored: the folder is given back as it would be had it not been opened. */
  private openMasker(given: Buffer | undefined, kept: FolderKey): EventMasker | undefined {
    const { redaction, dir } = this.options
    if (!redaction.isOn) return undefined
    try {
      return maskerFor(redaction, given ?? kept.read(resolve(dir), this.journal.dir), this.report)
    } catch (error) {
      this.journal.closeSync()
      throw error
    }
  }

  private restoreKey(key: FolderKey): void {
    try {
      key.restore()
    } catch (thrown) {
      diag.error(`kansa: the redaction key is not in its file again: ${messageOf(thrown)}`)
    }
  }

  private reportSecrets(event: AuditEvent): void {
    const report = secretReportOf(event, { ...AS_THEY_ARE, masker: this.masker })
    if (report !== undefined) this.store(fitEvent(report, this.options.maxEventBytes))
  }

  private refusal(): KansaError {
    return this.closing === undefined
      ? new KansaError('KANSA_QUEUE_FULL', 'memory for waiting records is used up; this record is not stored')
      : new KansaError('KANSA_CLOSED', 'the journal is closed; this record is not stored')
  }
}
