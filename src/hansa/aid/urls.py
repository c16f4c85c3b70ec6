# SPDX-License-Identifier: Apache-2.0
"""Addresses of the part, by aggregate."""

from django.urls import path

from hansa.aid.views import agreement, balance, importing, mission, offer, paper, request, shipment, stock

app_name = "aid"
requests = [
    path("aid/", request.request_list, name="request-list"),
    path("aid/new/", request.request_new, name="request-new"),
    path("aid/import/", importing.request_import, name="request-import"),
    path("aid/requests/<uuid:line>/", request.request_detail, name="request-detail"),
    path("aid/requests/<uuid:line>/change/", request.request_amend, name="request-amend"),
    path("aid/requests/<uuid:line>/cancel/", request.request_cancel, name="request-cancel"),
    path("aid/requests/<uuid:line>/decline/", request.request_decline, name="request-decline"),
    path("aid/requests/<uuid:line>/confirm/", request.request_adopt, name="request-adopt"),
    path("aid/requests/<uuid:line>/offer/", offer.offer_make, name="offer-make"),
]
offers = [
    path("aid/offers/", offer.offer_list, name="offer-list"),
    path("aid/offers/<uuid:offer>/", offer.offer_detail, name="offer-detail"),
    path("aid/offers/<uuid:offer>/withdraw/", offer.offer_withdraw, name="offer-withdraw"),
    path("aid/offers/<uuid:offer>/decline/", offer.offer_decline, name="offer-decline"),
]
stocks = [
    path("aid/stock/", stock.stock_list, name="stock-list"),
    path("aid/stock/count/", stock.stock_set, name="stock-new"),
    path("aid/stock/declare/", stock.availability_declare, name="availability-declare"),
    path("aid/stock/<uuid:stock>/", stock.stock_set, name="stock-set"),
    path("aid/stock/<uuid:stock>/remove/", stock.stock_remove, name="stock-remove"),
]
catalogue = [
    path("aid/catalogue/", stock.kind_list, name="kind-list"),
    path("aid/catalogue/search/", request.kind_search, name="kind-search"),
    path("aid/catalogue/add/", stock.kind_define, name="kind-define"),
]
_agreement = "aid/agreements/<uuid:agreement_id>/"
agreements = [
    path("aid/agreements/", agreement.agreement_list, name="agreement-list"),
    path("aid/agreements/sign/", agreement.agreement_sign, name="agreement-sign"),
    path("aid/offers/accept/", agreement.offer_accept, name="offer-accept"),
    path(_agreement, agreement.agreement_detail, name="agreement-detail"),
    path(f"{_agreement}change/", agreement.agreement_amend, name="agreement-amend"),
    path(f"{_agreement}notice/<slug:step>/", agreement.agreement_notice, name="agreement-notice"),
    path(f"{_agreement}decline/<slug:hash>/", agreement.agreement_decline, name="agreement-decline"),
    path(f"{_agreement}agreement.pdf", paper.agreement_paper, name="agreement-paper"),
    path(f"{_agreement}send/", shipment.shipment_send, name="shipment-send"),
    path(f"{_agreement}order/", mission.mission_order, name="mission-order"),
    path("aid/notices/<uuid:notice_id>/acknowledge/", agreement.notice_acknowledge, name="notice-acknowledge"),
    path("aid/balance/<uuid:activation_id>/", balance.activation_balance, name="activation-balance"),
    path("aid/requests/<uuid:line_id>/progress/", balance.line_progress, name="line-progress"),
]
_shipment = "aid/shipments/<uuid:shipment_id>/"
shipments = [
    path("aid/shipments/", shipment.shipment_list, name="shipment-list"),
    path(_shipment, shipment.shipment_detail, name="shipment-detail"),
    path(f"{_shipment}waybill.pdf", paper.waybill_paper, name="waybill-paper"),
    path(f"{_shipment}hand-over/", shipment.shipment_hand_over, name="shipment-hand-over"),
    path(f"{_shipment}arrived/", shipment.shipment_arrived, name="shipment-arrived"),
    path(f"{_shipment}receive/", shipment.shipment_receive, name="shipment-receive"),
    path(f"{_shipment}lost/", shipment.shipment_lost, name="shipment-lost"),
    path(f"{_shipment}home/", shipment.shipment_home, name="shipment-home"),
]
_mission = "aid/missions/<uuid:mission_id>/"
missions = [
    path(_mission, mission.mission_detail, name="mission-detail"),
    path(f"{_mission}roster/", mission.mission_roster, name="mission-roster"),
    path(f"{_mission}in/", mission.mission_check, {"direction": "in"}, name="mission-check-in"),
    path(f"{_mission}out/", mission.mission_check, {"direction": "out"}, name="mission-check-out"),
    path(f"{_mission}demobilise/", mission.mission_demobilise, name="mission-demobilise"),
    path(f"{_mission}order.pdf", paper.mission_paper, name="mission-paper"),
]
urlpatterns = [*requests, *offers, *stocks, *catalogue, *agreements, *shipments, *missions]
