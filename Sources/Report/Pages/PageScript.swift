/// What a report's page does beyond standing there: hover, arrow keys, one seed or one panel at a time, filters. Without it
/// the page has everything but these.
enum PageScript {
    /// The script, which asks for nothing from outside the page.
    static let text = """
        (function(){"use strict";
        var get=function(id){return document.getElementById(id)};
        var d=JSON.parse(get("data").textContent),ns="http://www.w3.org/2000/svg";
        var words={C:"comprehension",G:"grokking",M:"memorization",X:"confusion",".":"missing",r:"running","!":"failed",c:"inferred: comprehension",g:"inferred: grokking",m:"inferred: memorization",x:"inferred: confusion",p:"predicted",u:"out of reach","-":"not asked for"};
        var shape=d.axes.map(function(a){return a.values.length}),member=-1,shown={C:1,G:1,M:1,X:1,o:1},onlyDisputed=false;
        function site(p,i,j){var place=[i];if(d.axes.length>1)place.push(j);place=place.concat(p.at);
          return place.reduce(function(n,v,k){return n*shape[k]+v},0)}
        function letter(n){return member<0?d.sites[n]:d.letters[member][n]}
        function visible(n){var l=letter(n);return (l in shown?shown[l]:shown.o)&&(!onlyDisputed||d.disputed[n]==="1")}
        function where(p,i,j){var t=[d.axes[0].name+" = "+d.axes[0].values[i]];
          if(d.axes.length>1)t.push(d.axes[1].name+" = "+d.axes[1].values[j]);
          p.at.forEach(function(v,k){t.push(d.axes[k+2].name+" = "+d.axes[k+2].values[v])});return t.join(", ")}
        function steps(m,n){var t=d.train[m][n],v=d.validation[m][n],s=words[d.letters[m][n]];
          if(t>=0)s+=", train at "+t;if(v>=0)s+=", validation at "+v;if(t>=0&&v>=0)s+=", delay "+(v-t);return s}
        function tell(p,i,j){var n=site(p,i,j),box=get("details");box.textContent="";
          var head=document.createElement("strong");head.textContent=where(p,i,j)+": "+words[d.sites[n]];box.appendChild(head);
          d.members.forEach(function(name,m){if(member>=0&&m!==member)return;
            var line=document.createElement("div");line.textContent=name+": "+steps(m,n);box.appendChild(line)});
          return head.textContent}
        function make(name,attributes,parent){var e=document.createElementNS(ns,name);
          for(var k in attributes)e.setAttribute(k,attributes[k]);parent.appendChild(e);return e}
        function box(p,i,j){var x=p.x[i],y=p.y[j];return "M"+x[0]+" "+y[0]+"H"+x[1]+"V"+y[1]+"H"+x[0]+"z"}
        d.panels.forEach(function(p){
          var svg=get(p.id),nx=p.x.length,ny=p.y.length,at=[0,0];p.svg=svg;
          svg.querySelectorAll("a").forEach(function(a){a.setAttribute("tabindex","-1")});
          p.layer=make("g",{"pointer-events":"none"},svg);
          var link=make("a",{tabindex:"0","class":"cursor"},svg);
          var mark=make("path",{fill:"none",stroke:"#000","stroke-width":"2.4","pointer-events":"none"},link);
          function put(i,j,isQuiet){at=[i,j];var n=site(p,i,j);mark.setAttribute("d",box(p,i,j));
            link.setAttribute("aria-label",isQuiet?where(p,i,j)+": "+words[d.sites[n]]:tell(p,i,j));
            var href=d.hrefs&&d.hrefs[n];if(href){link.setAttribute("href",href);link.removeAttribute("role")}else{link.removeAttribute("href");link.setAttribute("role","graphics-symbol")}}
          put(0,0,true);mark.style.visibility="hidden";
          function order(spans){return spans.map(function(s,k){return k}).sort(function(a,b){return spans[a][0]-spans[b][0]})}
          var across=order(p.x),down=order(p.y);
          link.addEventListener("focus",function(){mark.style.visibility="visible";put(at[0],at[1])});
          link.addEventListener("blur",function(){mark.style.visibility="hidden"});
          link.addEventListener("keydown",function(e){var x=across.indexOf(at[0]),y=down.indexOf(at[1]);
            if(e.key==="ArrowLeft")x--;else if(e.key==="ArrowRight")x++;else if(e.key==="ArrowUp")y--;
            else if(e.key==="ArrowDown")y++;else if(e.key==="Home")x=0;else if(e.key==="End")x=nx-1;else return;
            e.preventDefault();put(across[Math.max(0,Math.min(nx-1,x))],down[Math.max(0,Math.min(ny-1,y))])});
          function find(e){var m=svg.getScreenCTM();if(!m)return null;var q=new DOMPoint(e.clientX,e.clientY).matrixTransform(m.inverse());
            function hit(spans,v){for(var k=0;k<spans.length;k++)if(v>=spans[k][0]&&v<spans[k][1])return k;return -1}
            var i=hit(p.x,q.x),j=hit(p.y,q.y);return i<0||j<0?null:[i,j]}
          svg.addEventListener("pointermove",function(e){var f=find(e);if(f&&(mark.style.visibility==="hidden"||f[0]!==at[0]||f[1]!==at[1])){put(f[0],f[1]);mark.style.visibility="visible"}});
          svg.addEventListener("pointerleave",function(){if(document.activeElement!==link)mark.style.visibility="hidden"});
          svg.addEventListener("click",function(e){var f=find(e);if(!f||e.target.closest("a"))return;
            var href=d.hrefs&&d.hrefs[site(p,f[0],f[1])];if(href)location.href=href});
        });
        function draw(){d.panels.forEach(function(p){p.layer.textContent="";var paths={},veil="",letters=[];
            for(var i=0;i<p.x.length;i++)for(var j=0;j<p.y.length;j++){var n=site(p,i,j),l=letter(n),b=box(p,i,j);
              if(member>=0){paths[l]=(paths[l]||"")+b;
                if(p.x[i][1]-p.x[i][0]>=14&&p.y[j][1]-p.y[j][0]>=14)letters.push([i,j,l])}
              if(!visible(n))veil+=b}
            for(var l in paths)make("path",{d:paths[l],fill:d.fills[l]||"#fff",stroke:"#fff","stroke-width":"0.6"},p.layer);
            letters.forEach(function(t){if(t[2]===".")return;make("text",{x:(p.x[t[0]][0]+p.x[t[0]][1])/2,y:(p.y[t[1]][0]+p.y[t[1]][1])/2+4.5,
              "text-anchor":"middle","font-size":"13",fill:d.inks[t[2]]||"#000"},p.layer).textContent=t[2]});
            if(veil)make("path",{d:veil,fill:"#fff","fill-opacity":"0.85"},p.layer)});
          document.querySelectorAll("#sites tbody tr").forEach(function(r){r.hidden=!visible(+r.dataset.n)})}
        var seeds=get("control-seed");if(seeds)seeds.addEventListener("change",function(){member=+seeds.value;draw()});
        document.querySelectorAll("[data-filter]").forEach(function(c){c.addEventListener("change",function(){
          if(c.dataset.filter==="disputed")onlyDisputed=c.checked;else shown[c.dataset.filter]=c.checked;draw()})});
        var slice=get("control-slice");if(slice)slice.addEventListener("input",function(){var k=+slice.value;
          d.panels.forEach(function(p,n){p.svg.closest("figure").hidden=k>0&&n!==k-1});
          var p=d.panels[k-1];slice.setAttribute("aria-valuetext",p?p.at.map(function(v,q){
            return d.axes[q+2].name+" = "+d.axes[q+2].values[v]}).join(", "):"all");
          get("slice-value").textContent=slice.getAttribute("aria-valuetext")});
        var more=get("more-sites");if(more){var next=0,total=d.sites.length;
          var append=function(){var body=document.querySelector("#sites tbody"),end=Math.min(total,next+500);
            for(;next<end;next++){var r=body.insertRow(),rest=next,place=[];r.dataset.n=next;
              for(var k=shape.length-1;k>=0;k--){place[k]=rest%shape[k];rest=(rest-place[k])/shape[k]}
              var cells=place.map(function(v,k){return d.axes[k].values[v]}).concat([words[d.sites[next]]]);
              [d.train,d.validation].forEach(function(s){cells.push(s.map(function(m){return m[next]<0?"–":m[next]}).join(", "))});
              cells.forEach(function(t){r.insertCell().textContent=t});r.hidden=!visible(next)}
            more.hidden=next>=total;more.textContent="Show more ("+next+" of "+total+")"};
          more.addEventListener("click",append);append()}
        var heads=[...document.querySelectorAll("#sites thead th")];
        if(!more)heads.forEach(function(th,k){var b=document.createElement("button");b.type="button";b.textContent=th.textContent;
          th.textContent="";th.appendChild(b);b.addEventListener("click",function(){
            var up=th.getAttribute("aria-sort")!=="ascending",body=document.querySelector("#sites tbody");
            heads.forEach(function(o){o.removeAttribute("aria-sort")});th.setAttribute("aria-sort",up?"ascending":"descending");
            // What is no number comes last, either way.
            [...body.rows].map(function(r){var t=r.cells[k].textContent;return{r:r,t:t,v:parseFloat(t)}}).sort(function(a,b){
              var x=isNaN(a.v),y=isNaN(b.v),c=x&&y?(a.t<b.t?-1:a.t>b.t?1:0):x||y?0:a.v-b.v;
              return x!==y?x-y:up?c:-c}).forEach(function(e){body.appendChild(e.r)})})});
        get("controls").hidden=false;get("details").hidden=false;
        })();
        """
}
