// Before anything is drawn: the colours somebody chose, else those of the system.
(() => {
  const kept = () => {
    try { return localStorage.getItem("worldlog-theme"); } catch { return null; }
  };
  const theme = kept();
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
})();
