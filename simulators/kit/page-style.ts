/** CSS of the simulators' pages. */
export const PAGE_STYLE = `
*{box-sizing:border-box}
body{margin:0;font:16px/1.45 system-ui,sans-serif;background:#f4f5f7;color:#1d2430}
header{display:flex;flex-wrap:wrap;gap:.5rem 1rem;justify-content:space-between;align-items:center;background:var(--accent);color:#fff;padding:.8rem 1rem}
h1{font-size:1.15rem;margin:0}h1 small{font-weight:400;opacity:.8}
header p{margin:0;font-size:.85rem;opacity:.9}
input,select,button{font:inherit;padding:.45rem .6rem;border:1px solid #c9ced8;border-radius:.45rem;background:#fff;color:inherit;min-width:0}
#search{flex:1 1 10rem;max-width:22rem}
button{cursor:pointer}
#add button{background:var(--accent);color:#fff;border-color:transparent}
#add{display:grid;grid-template-columns:1fr 11rem 14rem auto;gap:.5rem;padding:1rem;max-width:62rem;margin:auto}
main{max-width:62rem;margin:auto;padding:0 1rem 4rem}
section{background:#fff;border:1px solid #e2e5eb;border-radius:.6rem;margin-bottom:.8rem;overflow:hidden}
h2{font-size:.95rem;margin:0;padding:.55rem .8rem;background:#fafbfc;border-bottom:1px solid #eceef2}
h2 small{font-weight:400;color:#667}
.task{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;padding:.4rem .8rem;border-bottom:1px solid #f0f1f4}
.task:last-child{border-bottom:0}
.task input[type=checkbox]{width:1.15rem;height:1.15rem;accent-color:var(--accent)}
.task .title{flex:1 1 14rem;border-color:transparent;background:transparent}
.task .due{width:11rem;border-color:transparent;background:transparent;color:#556}
.task .title:hover,.task .due:hover,.task .title:focus,.task .due:focus{border-color:#c9ced8;background:#fff}
.task.done .title{text-decoration:line-through;color:#889}
.task.late .due{color:#b3261e}
.task small{color:#778}
.choices{display:inline-flex;flex-wrap:wrap;gap:.2rem .8rem}
.choices label{font-weight:400}
.choices select{max-width:14rem;font-size:.85rem;padding:.15rem .25rem}
h2 .choices{margin-left:.6rem}
.task select{max-width:9rem;font-size:.85rem;padding:.25rem}
.task .remove{border:0;background:none;color:#99a;font-size:1.1rem;padding:.2rem .5rem}
.task .remove:hover{color:#b3261e}
#problem{max-width:60rem;margin:1rem auto 0;padding:.6rem 1rem;background:#fdecea;border:1px solid #f5c6c1;border-radius:.5rem}
.empty{color:#667;text-align:center;padding:2rem}
@media (max-width:40rem){#add{grid-template-columns:1fr 1fr}#add-title{grid-column:1/-1}.task .due{width:9.5rem}}
`
