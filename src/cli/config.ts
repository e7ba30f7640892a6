/** `sightline config`: every setting, its value and where that came from. */
import { type Command, Option } from 'commander'
import { loadConfig, SETTING_LIST } from '../ops/config.ts'
import { command, printList } from './command.ts'

/** Values of the flags of {@link withSettings}. */
export type SettingFlags = Readonly<Record<string, unknown>> & { readonly config?: string }

export function configCommand(): Command {
  return withSettings(
    command('config', 'list every setting, its value and where it came from', ['config', 'config --port 80']),
  )
    .option('--json', 'print JSON: one object a line')
    .action((flags: SettingFlags & { json?: boolean }) => {
      const { config, sources } = loadConfig(configInputs(flags))
      const rows = SETTING_LIST.map(({ name, flag, env, about, isSecret }) => ({
        name,
        value: isSecret && config[name] !== '' ? '[secret]' : shown(config[name]),
        source: sources[name],
        ...(flag && { flag: `--${flag}` }),
        env,
        about,
      }))
      printList(
        flags,
        rows,
        [
          { title: 'Setting', value: ({ name }) => name },
          { title: 'Value', value: ({ value }) => value, isElastic: true },
          { title: 'From', value: ({ source }) => source, isElastic: true },
          { title: 'About', value: ({ about }) => about, isElastic: true },
        ],
        '',
      )
    })
}

/** Gives a command a flag for every setting, and `--config`. */
export function withSettings(made: Command): Command {
  for (const { flag, about, default: fallback, defaultText, isPath } of SETTING_LIST) {
    if (!flag) continue
    const kind = isPath ? 'folder' : typeof fallback === 'number' ? 'n' : 'value'
    const value = typeof fallback === 'boolean' ? '' : ` <${kind}>`
    made.addOption(new Option(`--${flag}${value}`, `${about} (default: ${defaultText ?? fallback})`))
  }
  return made.option('--config <file>', 'config file (default: sightline.json in the data folder)')
}

/** Reads the flags of {@link withSettings} for `loadConfig`. */
export function configInputs(flags: SettingFlags): Parameters<typeof loadConfig>[0] {
  const given = SETTING_LIST.map(({ name, flag }) => [name, flag && flags[attribute(flag)]])
  return { flags: Object.fromEntries(given), ...(flags.config && { file: flags.config }) }
}

/** The name that commander gives to the value of a flag. */
function attribute(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function shown<T>(value: T | readonly string[]): T | string {
  return Array.isArray(value) ? value.join(', ') : (value as T)
}
