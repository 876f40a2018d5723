/** An agent whose SDK is a part of itself, as a bundler makes it: no loader sees it. */
process.stdout.write('hello\n')
