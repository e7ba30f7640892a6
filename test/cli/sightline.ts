/** Runs the program as a person would: another process, its own working folder, no terminal. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const LAUNCHER = fileURLToPath(new URL('../../bin/sightline.js', import.meta.url))

export interface Ended {
  /** Exit status; -1 = ended by a signal. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** The environment without what would lead a command to another server. */
function cleanEnv(more: RunOptions['env'] = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('SIGHTLINE_') && name !== 'NODE_OPTIONS')
  return { ...Object.fromEntries(own), ...more }
}

export async function sightline(args: readonly string[], { cwd, env }: RunOptions = {}): Promise<Ended> {
  const child = spawn(process.execPath, [LAUNCHER, ...args], {
    cwd,
    env: cleanEnv(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return ended(child)
}

export interface Served {
  readonly child: ChildProcess
  readonly endpoint: string
  /** What it has printed so far. */
  readonly printed: () => string
  /** Sends SIGTERM and waits. */
  stop(): Promise<Ended>
}

/** `sightline serve` on a free port, ready. */
export async function serve(dataDir: string, args: readonly string[] = []): Promise<Served> {
  const child = spawn(process.execPath, [LAUNCHER, 'serve', '--data', dataDir, '--port', '0', ...args], {
    env: cleanEnv(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  const end = ended(child)
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      printed += chunk
      const found = /^address +(\S+)$/m.exec(printed)?.[1]
      if (found) resolve(found)
    })
    end.then(({ code, stderr }) => reject(new Error(`the server ended with ${code}: ${stderr}`)))
  })
  return {
    child,
    endpoint,
    printed: () => printed,
    stop() {
      child.kill('SIGTERM')
      return end
    },
  }
}

async function ended(child: ChildProcess): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code: code ?? -1, stdout, stderr }
}
