{{/* Name of the release's parts. */}}
{{- define "worldlog.name" -}}
{{- if contains .Chart.Name .Release.Name -}}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{- else -}}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}{{- end -}}
{{- end -}}

{{- define "worldlog.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{ include "worldlog.selector" . }}
{{- end -}}

{{- define "worldlog.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "worldlog.image" -}}
{{- if .Values.image.digest -}}
{{ printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else -}}
{{ printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) }}
{{- end -}}
{{- end -}}

{{- define "worldlog.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}{{ .Values.serviceAccount.name | default (include "worldlog.name" .) }}{{- else -}}{{ .Values.serviceAccount.name | default "default" }}{{- end -}}
{{- end -}}

{{/* The four role flags of one workload: its own role's units, `none` for the others. */}}
{{- define "worldlog.roles" -}}
{{- range $role := list "processors" "gateways" "sources" "runners" }}
{{- if eq $role $.role }}
{{- with $.entry.units }}
- --{{ $role }}
- {{ . | quote }}
{{- end }}
{{- else }}
- --{{ $role }}
- none
{{- end }}
{{- end }}
{{- end -}}

{{/* Environment of every container. */}}
{{- define "worldlog.env" -}}
- name: WORLDLOG__CONFIG
  value: /etc/worldlog/worldlog.toml
{{- end -}}

{{- define "worldlog.envFrom" -}}
{{- with .Values.existingSecret -}}
envFrom:
  - secretRef: {name: {{ . | quote }}}
{{- end -}}
{{- end -}}

{{/* A pod. Context: root, role, name, entry. */}}
{{- define "worldlog.pod" -}}
{{- $root := .root -}}
{{- $d := $root.Values.defaults -}}
{{- $e := .entry -}}
metadata:
  labels:
    {{- include "worldlog.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
    worldlog/role: {{ .role }}
  annotations:
    checksum/config: {{ include "worldlog.toml" $root | sha256sum }}
    {{- with (merge (deepCopy ($e.podAnnotations | default dict)) $d.podAnnotations) }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "worldlog.serviceAccount" $root }}
  automountServiceAccountToken: false
  {{- with $root.Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    {{- toYaml $root.Values.podSecurityContext | nindent 4 }}
  terminationGracePeriodSeconds: {{ $d.terminationGracePeriodSeconds }}
  {{- if $root.Values.topologySpread.enabled }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: {{ $root.Values.topologySpread.topologyKey }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "worldlog.selector" $root | nindent 10 }}
          app.kubernetes.io/component: {{ .component }}
  {{- end }}
  {{- with ($e.nodeSelector | default $d.nodeSelector) }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with ($e.tolerations | default $d.tolerations) }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with ($e.affinity | default $d.affinity) }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: worldlog
      image: {{ include "worldlog.image" $root | quote }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      args:
        - run
        - --listen
        - 0.0.0.0:8080
        - --data
        - /var/lib/worldlog
        {{- include "worldlog.roles" . | trim | nindent 8 }}
        {{- with $e.args }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      env:
        {{- include "worldlog.env" $root | nindent 8 }}
        {{- if and $root.Values.staticMembership (eq .role "processors") }}
        - name: WORLDLOG__KAFKA__GROUP_INSTANCE_ID
          valueFrom: {fieldRef: {fieldPath: metadata.name}}
        {{- end }}
        {{- range $key, $value := ($e.env | default dict) }}
        - name: {{ $key }}
          value: {{ $value | quote }}
        {{- end }}
      {{- with include "worldlog.envFrom" $root }}
      {{- . | nindent 6 }}
      {{- end }}
      ports:
        - {name: http, containerPort: 8080}
      # Ready: partitions are assigned and none is blocked, or the gateways answer. Live: the process turns; never lag.
      startupProbe:
        httpGet: {path: /health/live, port: http}
        periodSeconds: 2
        failureThreshold: {{ div $d.startupSeconds 2 }}
      readinessProbe:
        httpGet: {path: /health/ready, port: http}
        periodSeconds: 5
        timeoutSeconds: 3
        failureThreshold: 3
      livenessProbe:
        httpGet: {path: /health/live, port: http}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      resources:
        {{- toYaml ($e.resources | default $d.resources) | nindent 8 }}
      securityContext:
        {{- toYaml $root.Values.securityContext | nindent 8 }}
      volumeMounts:
        - {name: config, mountPath: /etc/worldlog, readOnly: true}
        - {name: data, mountPath: /var/lib/worldlog}
        - {name: tmp, mountPath: /tmp}
  volumes:
    - name: config
      configMap: {name: {{ include "worldlog.name" $root }}}
    - name: data
      emptyDir: {sizeLimit: {{ $e.scratch | default $d.scratch }}}
    - name: tmp
      emptyDir: {sizeLimit: {{ $e.scratch | default $d.scratch }}}
{{- end -}}

{{/* The configuration file: the engines' places, then `config`. */}}
{{- define "worldlog.toml" -}}
{{- $tree := dict "log" (dict "url" .Values.log.url) "store" (dict "url" .Values.store.url) "bus" (dict "url" .Values.bus.url) "blobs" (dict "url" .Values.blobs.url) "logging" (dict "format" "json") -}}
{{- if .Values.registry.url -}}{{- $_ := set $tree "registry" (dict "url" .Values.registry.url) -}}{{- end -}}
{{- $tree = mergeOverwrite $tree (deepCopy .Values.config) -}}
{{- include "worldlog.whole" $tree -}}
{{- toToml $tree -}}
{{- end -}}

{{/* Helm reads every number of a values file as a floating-point one, and TOML tells 8.0 from 8. Changes the tree. */}}
{{- define "worldlog.whole" -}}
{{- range $key, $value := . -}}
{{- if kindIs "map" $value -}}
{{- include "worldlog.whole" $value -}}
{{- else if kindIs "float64" $value -}}
{{- if eq $value (floor $value) -}}{{- $_ := set $ $key (int64 $value) -}}{{- end -}}
{{- else if kindIs "slice" $value -}}
{{- $items := list -}}
{{- range $item := $value -}}
{{- if kindIs "float64" $item -}}{{- if eq $item (floor $item) -}}{{- $item = int64 $item -}}{{- end -}}{{- end -}}
{{- $items = append $items $item -}}
{{- end -}}
{{- $_ := set $ $key $items -}}
{{- end -}}
{{- end -}}
{{- end -}}
