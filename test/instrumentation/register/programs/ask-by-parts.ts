/** An agent that imports parts of the SDKs, and never their entries. */
import { GoogleGenAI } from '@google/genai/node'
import { OpenAI } from 'openai/client'

const url = process.env['MODEL_URL'] ?? ''
const openai = new OpenAI({ apiKey: 'none', baseURL: `${url}/v1` })
const answer = await openai.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'Say hello.' }] })
console.log(answer.choices[0]?.message.content)

const google = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: url } })
console.log((await google.models.generateContent({ model: 'm', contents: 'Say hello.' })).text)
