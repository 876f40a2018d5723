/**
 * `node --require kansa/register app.js`. CommonJS, because what is required beforehand also runs in the thread of the
 * loader hooks, where no ES module can be loaded: without this file the program would not start on Node 22.15 to 22.22.2.
 */
const { isInternalThread } = require('node:worker_threads')

// As it stands, or compiled.
if (isInternalThread !== true) require(`./register${__filename.endsWith('.cts') ? '.ts' : '.js'}`)
