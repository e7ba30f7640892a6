import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import table from './table.module.css'

/** A table that scrolls by itself where it is wider than its place; then also by keyboard. */
export function TableScroll({ label, children }: { label: string; children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null)
  const [isWide, setWide] = useState(false)
  useEffect(() => {
    const outer = box.current
    if (!outer?.firstElementChild) return
    const sizes = new ResizeObserver(() => setWide(outer.scrollWidth > outer.clientWidth))
    sizes.observe(outer)
    sizes.observe(outer.firstElementChild)
    return () => sizes.disconnect()
  }, [])
  return (
    <div ref={box} class={table.scroll} {...(isWide && { role: 'region', 'aria-label': label, tabIndex: 0 })}>
      {children}
    </div>
  )
}
