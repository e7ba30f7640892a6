#!/usr/bin/env node
// Starts the program with a Node that can run it: this one, or the one that `npm ci` puts into the repository.
// Plain JavaScript of old, so that an old Node gets as far as the message.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const NEEDED = 24
const inPackage = (path) => new URL(`../${path}`, import.meta.url)

// The source where there is one (a checkout), else what was compiled from it (the package): never a stale build.
const source = inPackage('src/cli/main.ts')
const main = existsSync(source) ? source : inPackage('dist/cli/main.js')
const ownNode = inPackage(`node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`)

if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
  const { runMain } = await import(main.href)
  await runMain(process.argv.slice(2))
} else if (existsSync(ownNode)) {
  const child = spawn(fileURLToPath(ownNode), [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    process.exitCode = code === null ? 1 : code
    if (signal) process.kill(process.pid, signal)
  })
} else {
  console.error(`sightline needs Node ${NEEDED} or later, but this is Node ${process.versions.node}.`)
  console.error('  Install it from https://nodejs.org.')
  process.exitCode = 1
}
