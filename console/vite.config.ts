import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { firstLoad } from './build/first-load.ts'
import { tidy } from './build/tidy.ts'

const server = 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react(), firstLoad({ maximumBytes: 200_000, later: [/chart\.tsx$/, /qrcode/] }), tidy()],
  // No data: addresses, so that the content security policy can refuse them.
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    emptyOutDir: false,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: {
    host: '127.0.0.1',
    port: 9250,
    proxy: Object.fromEntries(
      ['/api', '/v1', '/healthz', '/readyz', '/docs', '/policy', '/browser-guard.js'].map((path) => [
        path,
        { target: server },
      ]),
    ),
  },
})
