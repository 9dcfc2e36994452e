// vite-plugin-svelte and svelte-check read this file.
export default {};
