// node duckdb.mjs <folder where DuckDB is installed> '<SQL>': prints the first column of each row.
import { createRequire } from 'node:module'
import { join } from 'node:path'

const [folder, sql] = process.argv.slice(2)
const { DuckDBInstance } = createRequire(join(folder, 'package.json'))('@duckdb/node-api')

const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
const result = await connection.stream(sql)
for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
  process.stdout.write(`${chunk.getColumnValues(0).join('\n')}\n`)
}
