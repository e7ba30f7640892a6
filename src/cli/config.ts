/** `sightline config`: every setting, its value and where that came from. */
import { type Command, Option } from 'commander'
import { loadConfig, SETTINGS, type SettingName } from '../ops/config.ts'
import { command, printList } from './command.ts'

/** Values of the flags of {@link withSettings}. */
export type SettingFlags = Readonly<Record<string, unknown>> & { readonly config?: string }

export function configCommand(): Command {
  return withSettings(
    command('config', 'list every setting, its value and where it came from', [
      'config',
      'SIGHTLINE_PORT=80 sightline config',
    ]),
  )
    .option('--json', 'print JSON: one object a line')
    .action((flags: SettingFlags & { json?: boolean }) => {
      const { config, sources } = loadConfig(configInputs(flags))
      const rows = (Object.keys(SETTINGS) as SettingName[]).map((name) => ({
        name,
        value: config[name],
        source: sources[name],
        flag: `--${SETTINGS[name].flag}`,
        env: SETTINGS[name].env,
        about: SETTINGS[name].about,
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
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const { flag, about, default: fallback } = SETTINGS[name]
    const shown = 'defaultText' in SETTINGS[name] ? SETTINGS[name].defaultText : fallback
    const value = typeof fallback === 'boolean' ? '' : ` <${typeof fallback === 'number' ? 'n' : 'value'}>`
    made.addOption(new Option(`--${flag}${value}`, `${about} (default: ${shown})`))
  }
  return made.option('--config <file>', 'config file (default: sightline.json in the data folder)')
}

/** Reads the flags of {@link withSettings} for `loadConfig`. */
export function configInputs(flags: SettingFlags): Parameters<typeof loadConfig>[0] {
  const given = (Object.keys(SETTINGS) as SettingName[]).map((name) => [name, flags[attribute(SETTINGS[name].flag)]])
  return { flags: Object.fromEntries(given), ...(flags.config && { file: flags.config }) }
}

/** The name that commander gives to the value of a flag. */
function attribute(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
