/** The sign of the program: a frame with a point in sight. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#0d6b58" />
      <g fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round">
        <path d="M6 12V8.5A2.5 2.5 0 0 1 8.5 6H12M20 6h3.5A2.5 2.5 0 0 1 26 8.5V12M26 20v3.5a2.5 2.5 0 0 1-2.5 2.5H20M12 26H8.5A2.5 2.5 0 0 1 6 23.5V20" />
      </g>
      <circle cx="16" cy="16" r="4.2" fill="#fff" />
    </svg>
  )
}
