/** An OTLP endpoint at every address of its network: `node distant-endpoint.ts <port>`. Tells its parent the ids that arrive. */
import { idOf } from '../../forward/support/endpoint.ts'
import { OtlpReceiver } from '../../support/otlp-receiver.ts'

const TELL_MILLIS = 10

const receiver = await new OtlpReceiver(Number(process.argv[2]), '0.0.0.0').start()
let told = 0
const tell = (): void => {
  const { records } = receiver
  const ids = records.slice(told).flatMap(record => idOf(record) ?? [])
  told = records.length
  if (ids.length > 0) process.send?.(ids)
}
process.on('disconnect', () => process.exit())
setInterval(tell, TELL_MILLIS)
process.send?.([])
