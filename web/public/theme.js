// Sets the stored theme before the first paint. A file of its own, because the page allows no inline script.
(() => {
  try {
    const theme = localStorage.getItem("portfolio.theme");
    if (theme === "light" || theme === "dark") {
      document.documentElement.dataset.theme = theme;
    }
  } catch {
    // Storage can be switched off; the system theme is used then.
  }
})();
