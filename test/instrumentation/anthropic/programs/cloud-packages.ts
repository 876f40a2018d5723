/** Asks by the clients of the packages that are named, imported and required. Nothing else loads the SDK here. */
import { cloudClientOf, CLOUDS, WAYS } from '../clouds.ts'

for (const packageName of (process.env['PACKAGES'] ?? '').split(',')) {
  for (const { load } of WAYS) {
    const exported = await load(packageName)
    const cloud = CLOUDS.find(each => each.packageName === packageName)
    if (exported === undefined || cloud === undefined) throw new Error(`there is no ${packageName}`)
    const client = cloudClientOf(cloud, exported, { url: process.env['MODEL_URL'] ?? '' })
    const messages = [{ role: 'user' as const, content: 'Say hello.' }]
    console.log((await client.messages.create({ model: 'm', max_tokens: 100, messages })).content)
  }
}
