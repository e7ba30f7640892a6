/** Line icons, drawn for the console on a grid of 24. */
const PATHS = {
  instances: 'M4 6.5h16M4 12h16M4 17.5h16M7.5 4.5v4M15 10v4M10.5 15.5v4',
  bucket: 'M5 7l1.4 11.2A2 2 0 0 0 8.4 20h7.2a2 2 0 0 0 2-1.8L19 7M5 7c0-1.7 3.1-3 7-3s7 1.3 7 3-3.1 3-7 3-7-1.3-7-3z',
  access: 'M8 15.5a3.5 3.5 0 1 1 0-7 3.5 3.5 0 0 1 0 7zM11.5 12H21v3.5M17 12v2.5',
  system: 'M4 13h3.5l2-6 4 11 2.2-5H20',
  plus: 'M12 5v14M5 12h14',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
  close: 'M6 6l12 12M18 6L6 18',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  upload: 'M12 16V5M7.5 9.5L12 5l4.5 4.5M5 19h14',
  download: 'M12 5v11M7.5 11.5L12 16l4.5-4.5M5 20h14',
  picture: 'M4 5h16v14H4zM4 16l4.5-4.5 4 4 2.5-2.5 5 4M15.5 9h.01',
  search: 'M11 18a7 7 0 1 1 0-14 7 7 0 0 1 0 14zM16 16l4.5 4.5',
  folder: 'M4 7V6a1 1 0 0 1 1-1h4l2 2.5h8a1 1 0 0 1 1 1V18a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1z',
  file: 'M7 4h7l4 4v12H7zM14 4v4h4',
  trash: 'M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.5 10.5v5.5M13.5 10.5v5.5',
  edit: 'M5 19l1-4L16 5l3 3L9 18zM14 7l3 3',
  pause: 'M9 6v12M15 6v12',
  play: 'M8 5.5v13l10.5-6.5z',
  stop: 'M7 7h10v10H7z',
  retry: 'M19 12a7 7 0 1 1-2-4.9M17.5 3.5v4h-4',
  warning: 'M12 4.5L21 19.5H3zM12 10v4.5M12 17h.01',
  info: 'M12 20.5a8.5 8.5 0 1 1 0-17 8.5 8.5 0 0 1 0 17zM12 11v5M12 8h.01',
  left: 'M14.5 6l-6 6 6 6',
  right: 'M9.5 6l6 6-6 6',
  first: 'M18 6l-6 6 6 6M7 6v12',
  last: 'M6 6l6 6-6 6M17 6v12',
  down: 'M6 9.5l6 6 6-6',
  user: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c.8-3.5 3.7-5.5 7.5-5.5s6.7 2 7.5 5.5',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1',
  key: 'M8 15.5a3.5 3.5 0 1 1 0-7 3.5 3.5 0 0 1 0 7zM11.5 12H21v3.5M17 12v2.5',
  similar: 'M4 4h10v10H4zM10 17v3h10V10h-3',
  import: 'M4 15v4h16v-4M12 4v10M8 10l4 4 4-4',
  filter: 'M4 6h16M7.5 12h9M10.5 18h3',
  camera: 'M4 8h4l1.5-2.5h5L16 8h4v11H4zM12 16.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z',
  map: 'M4 6.5l5-2 6 2 5-2v13l-5 2-6-2-5 2zM9 4.5v13M15 6.5v13',
  minus: 'M5 12h14',
  lasso:
    'M12 15c-4.7 0-8.5-2.2-8.5-5.2S7.3 4.5 12 4.5s8.5 2.3 8.5 5.3S16.7 15 12 15zM7.5 14c-1.6 1-1.8 2.6-.5 3.2 1.6.7 2.5 1.6 1.5 3.3',
  signOut: 'M14 8V5H5v14h9v-3M10 12h10M16.5 8.5L20 12l-3.5 3.5',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width={name === 'more' ? 2.8 : 1.7}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
